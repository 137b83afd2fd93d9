#include "lightdash/http/masked_target.hpp"

#include <gtest/gtest.h>

namespace lightdash::http {
namespace {

TEST(MaskedTarget, LeavesWhatPeopleLookFor)
{
    for (const std::string_view plain :
         {"/", "*", "", "/api/v1/livez",
          "/api/v1/projects/3fa85f64-5717-4562-b3fc-2c963f66afa6/dashboards?page=2&pageSize=10",
          "/api/v1/dashboards/the-quarterly-revenue-of-all-our-european-shops-in-2026",
          "/a?search=monthly%20recurring+revenue", "/a?chartUuid=3fa85f64-5717-4562-b3fc-2c963f66afa6", "/a?",
          "/a?&&=", "/a?b", "/a?b=%ff%4", "/a?keyword=x&author=y"})
        EXPECT_EQ(masked_target(plain), plain);
}

TEST(MaskedTarget, HidesValuesByTheirNames)
{
    EXPECT_EQ(masked_target("/a?token=x&page=1"), "/a?token=***&page=1");
    for (const std::string_view name : {"token",
                                        "TOKEN",
                                        "access_token",
                                        "refreshToken",
                                        "id-token",
                                        "password",
                                        "Password",
                                        "api_key",
                                        "apiKey",
                                        "x-api-key",
                                        "client_secret",
                                        "X-Amz-Signature",
                                        "X-Amz-Credential",
                                        "sig",
                                        "auth",
                                        "authorization",
                                        "sessionId",
                                        "code",
                                        "key",
                                        "%74oken",
                                        "pass%77ord",
                                        "to%6ben",
                                        "user[password]"})
        EXPECT_EQ(masked_target("/a?" + std::string{name} + "=hunter2"), "/a?" + std::string{name} + "=***");
    EXPECT_EQ(masked_target("/a?page=1;token=x"), "/a?page=1;token=***");
    EXPECT_EQ(masked_target("/a?token="), "/a?token=");
}

TEST(MaskedTarget, HidesWhatLooksLikeASecretWhereverItStands)
{
    EXPECT_EQ(masked_target("/a?q=ldpat_0123456789abcdef"), "/a?q=***");
    EXPECT_EQ(masked_target("/a?q=ldpat%5F0123456789abcdef"), "/a?q=***");
    EXPECT_EQ(masked_target("/a?ldpat_0123456789abcdef"), "/a?***");
    EXPECT_EQ(masked_target("/a/ldpat_0123456789abcdef/b?c=d"), "/a/***/b?c=d");
    EXPECT_EQ(masked_target("/a?q=ApiKey%20ldpat_x"), "/a?q=***");
    EXPECT_EQ(masked_target("/a?h=Bearer+abc"), "/a?h=***");
    EXPECT_EQ(masked_target("/a?q=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"), "/a?q=***");
    EXPECT_EQ(masked_target("/a?q=0123456789abcdef0123456789ABCDEF"), "/a?q=***");
    EXPECT_EQ(masked_target("/a?q=Zm9vYmFyMTIzNDU2Nzg5MGFiY2RlZmdoaWo%3D"), "/a?q=***");
}

} // namespace
} // namespace lightdash::http
