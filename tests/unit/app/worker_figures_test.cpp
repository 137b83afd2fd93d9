// Several pages of metrics as one.
#include "app/server/workers/worker_figures.hpp"

#include <gtest/gtest.h>

namespace lightdash::app {
namespace {

using pages = std::vector<std::optional<std::string>>;

TEST(JoinedPages, HoldEachFamilyOnceWithTheSamplesOfAllWorkers)
{
    EXPECT_EQ(
        joined_pages(pages{"# HELP a One.\n# TYPE a gauge\na 1\n# HELP b Two.\n# TYPE b counter\nb{x=\"y z\"} 2\n",
                           "# HELP a One.\n# TYPE a gauge\na 3\n# HELP b Two.\n# TYPE b counter\nb{x=\"y z\"} 4\n"}),
        "# HELP a One.\n# TYPE a gauge\na{worker=\"0\"} 1\na{worker=\"1\"} 3\n"
        "# HELP b Two.\n# TYPE b counter\nb{worker=\"0\",x=\"y z\"} 2\nb{worker=\"1\",x=\"y z\"} 4\n"
        "# HELP lightdash_worker_up 1 when the worker process told its figures.\n"
        "# TYPE lightdash_worker_up gauge\n"
        "lightdash_worker_up{worker=\"0\"} 1\nlightdash_worker_up{worker=\"1\"} 1\n");
}

TEST(JoinedPages, SayWhichWorkerDidNotAnswerAndKeepFamiliesThatOnlyOneHas)
{
    EXPECT_EQ(joined_pages(pages{"# HELP a One.\n# TYPE a gauge\na 1\n", std::nullopt,
                                 "# HELP c Three.\n# TYPE c gauge\nc 5\n# HELP a One.\n# TYPE a gauge\na 2\n"}),
              "# HELP a One.\n# TYPE a gauge\na{worker=\"0\"} 1\na{worker=\"2\"} 2\n"
              "# HELP c Three.\n# TYPE c gauge\nc{worker=\"2\"} 5\n"
              "# HELP lightdash_worker_up 1 when the worker process told its figures.\n"
              "# TYPE lightdash_worker_up gauge\n"
              "lightdash_worker_up{worker=\"0\"} 1\nlightdash_worker_up{worker=\"1\"} 0\n"
              "lightdash_worker_up{worker=\"2\"} 1\n");
}

} // namespace
} // namespace lightdash::app
