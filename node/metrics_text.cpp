#include "node/metrics_text.h"

#include <charconv>

namespace starling::node {

namespace {

// In help texts a quotation mark stays as it is.
std::string escaped(std::string_view text, bool in_label) {
    std::string out;
    for (const char c : text) {
        if (c == '\n')
            out += "\\n";
        else if (c == '\\' || (in_label && c == '"'))
            (out += '\\') += c;
        else
            out += c;
    }
    return out;
}

std::string shortest(double value) {
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    return {digits, end};
}

}  // namespace

void MetricsText::family(std::string_view name, std::string_view help, std::string_view type) {
    const std::string title(name);
    out_ += "# HELP " + title + " " + escaped(help, false) + "\n";
    out_ += "# TYPE " + title + " " + std::string(type) + "\n";
}

void MetricsText::sample(std::string_view name, double value, const Labels& labels) {
    out_ += name;
    char separator = '{';
    for (const auto& [label, text] : labels) {
        out_ += separator + std::string(label) + "=\"" + escaped(text, true) + "\"";
        separator = ',';
    }
    if (!labels.empty()) out_ += '}';
    out_ += " " + shortest(value) + "\n";
}

}  // namespace starling::node
