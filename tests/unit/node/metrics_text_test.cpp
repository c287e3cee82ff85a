#include "node/metrics_text.h"

#include <gtest/gtest.h>

namespace starling::node {
namespace {

TEST(MetricsText, IsPrometheusTextFormat) {
    MetricsText out;
    out.gauge("starling_height", "Height of the tip.", 117);
    out.counter("starling_blocks_total", "Blocks.", 1e15);
    EXPECT_EQ(out.take(),
              "# HELP starling_height Height of the tip.\n"
              "# TYPE starling_height gauge\n"
              "starling_height 117\n"
              "# HELP starling_blocks_total Blocks.\n"
              "# TYPE starling_blocks_total counter\n"
              "starling_blocks_total 1e+15\n");
}

TEST(MetricsText, EscapesWhatWouldEndALabelOrALine) {
    MetricsText out;
    out.family("a", "one\\two\n\"three\"", "gauge");
    out.sample("a", 0.5, {{"x", "quote\" back\\ line\n"}, {"y", ""}});
    EXPECT_EQ(out.take(),
              "# HELP a one\\\\two\\n\"three\"\n"
              "# TYPE a gauge\n"
              "a{x=\"quote\\\" back\\\\ line\\n\",y=\"\"} 0.5\n");
}

}  // namespace
}  // namespace starling::node
