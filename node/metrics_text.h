#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace starling::node {

// Writes Prometheus' text exposition format, version 0.0.4.
class MetricsText {
public:
    using Labels = std::vector<std::pair<std::string_view, std::string_view>>;

    void gauge(std::string_view name, std::string_view help, double value) {
        family(name, help, "gauge");
        sample(name, value);
    }
    void counter(std::string_view name, std::string_view help, double value) {
        family(name, help, "counter");
        sample(name, value);
    }
    // For several samples of one name with labels.
    void family(std::string_view name, std::string_view help, std::string_view type);
    void sample(std::string_view name, double value, const Labels& labels = {});

    std::string take() { return std::move(out_); }

private:
    std::string out_;
};

}  // namespace starling::node
