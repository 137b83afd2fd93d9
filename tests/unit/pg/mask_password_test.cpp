// No password of a connection string survives its mask, whatever its shape.
#include "lightdash/pg/mask_password.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace lightdash::pg {
namespace {

TEST(MaskPassword, ReplacesOnlyThePasswordOfAValidString)
{
    const std::pair<const char*, const char*> cases[] = {
        {"postgresql://ada:hunter2@db:5432/app", "postgresql://ada:***@db:5432/app"},
        {"postgres://ada:hunter2@/app?host=/run/pg", "postgres://ada:***@/app?host=/run/pg"},
        {"postgresql://ada@db/app", "postgresql://ada@db/app"},
        {"postgresql://db:5432/app", "postgresql://db:5432/app"},
        {"postgresql://", "postgresql://"},
        {"postgresql:///app", "postgresql:///app"},
        {"postgresql://[::1]:5432/app", "postgresql://[::1]:5432/app"},
        {"postgresql://ada:hunter2@[::1]:5432/app", "postgresql://ada:***@[::1]:5432/app"},
        {"postgresql://a:5432,b:5433/app?target_session_attrs=read-write",
         "postgresql://a:5432,b:5433/app?target_session_attrs=read-write"},
        {"postgresql://ada:hunter2@a:5432,b:5433/app", "postgresql://ada:***@a:5432,b:5433/app"},
        {"postgresql://db/app?user=ada&password=hunter2&sslmode=require",
         "postgresql://db/app?user=ada&password=***&sslmode=require"},
        {"postgresql://db/app?sslpassword=hunter2", "postgresql://db/app?sslpassword=***"},
        {"postgresql://ada@db/app?password=hunter2", "postgresql://ada@db/app?password=***"},
        {"host=db user=ada password=hunter2 dbname=app", "host=db user=ada password=*** dbname=app"},
        {"host = db  password = 'hunter2 \\' x' dbname=app", "host=db password=*** dbname=app"},
        {"password=hunter2\\ x dbname=app", "password=*** dbname=app"},
        {"host='a b' sslpassword=hunter2", "host='a b' sslpassword=***"},
        {"dbname='postgresql://ada:hunter2@db/app'", "dbname=***"},
        {"", ""},
    };
    for (const auto& [given, expected] : cases)
        EXPECT_EQ(mask_password(given), expected);
}

TEST(MaskPassword, HidesTooMuchRatherThanTooLittle)
{
    const char* cases[] = {
        "postgresql://ada:hunter2",
        "postgresql://ada:hunter2/app",
        "postgresql://ada:x@hunter2@db/app",
        "postgresql://ada:x/hunter2@db/app",
        "postgresql://ada:x?hunter2@db/app",
        "postgresql://ada:x#hunter2@db/app",
        "postgresql://ada:12/hunter2@db/app",
        "postgresql://ada:1234567hunter2",
        "postgresql://ada@corp:hunter2@db/app",
        "postgresql://ada:hunter2@db:port/app",
        "postgresql://ada:hunter2@[::1/app",
        "postgresql://ada:%zzhunter2@db/app",
        "postgresql://ada:x y hunter2@db/app",
        "postgresql://db/app?pass%77ord=hunter2",
        "postgresql://db/app?PASSWORD=hunter2",
        "postgresql://db/app?application_name=a:b@c&password=hunter2",
        "postgresql://ada:x@db/app?password=hunter2&user=a@b",
        "mysql://ada:hunter2@db/app",
        " postgresql://ada:hunter2@db/app",
        "ada:hunter2@db/app",
        "hunter2",
        "password=x hunter2",
        "password='hunter2",
        "password='x' hunter2 host=db",
        "password=x hunter2=y host=db hunter=hunter2",
        "password=x y=hunter2",
        "Password=hunter2",
        "PGPASSWORD=hunter2",
        "host=db;password=hunter2",
        "host=db password:hunter2",
        "ada:pa=hunter2@db",
        "dbname=postgresql://ada:hunter2@db/app",
        "dbname='password=hunter2'",
    };
    for (const char* given : cases)
        EXPECT_EQ(mask_password(given).find("hunter2"), std::string::npos) << given << " -> " << mask_password(given);
}

} // namespace
} // namespace lightdash::pg
