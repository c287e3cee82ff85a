#include "wallet-cli/output.h"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <iostream>
#include <iterator>
#include <termios.h>
#include <unistd.h>

namespace starling::wallet {

namespace {

// Columns on the terminal: UTF-8's continuation bytes take none.
std::size_t width(const std::string& text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

// "105", "100.00000000", "-3", "4/5", "0.4 ms", "12 min": a word of digits, and perhaps a unit.
bool is_number(const std::string& text) {
    const std::string word = text.substr(0, text.find(' '));
    return text.size() < 24 &&  // longer ones are names that happen to have no letter
           std::ranges::any_of(word, [](char c) { return c >= '0' && c <= '9'; }) &&
           word.find_first_not_of("0123456789.-/") == std::string::npos;
}

// Two digits at least, one of them behind the point.
std::string with_decimal(double value, const char* unit) {
    char text[48];
    std::snprintf(text, sizeof text, value < 9.95 ? "%.1f %s" : "%.0f %s", value, unit);
    return text;
}

// Does not show what is typed, for as long as it lives.
class QuietTerminal {
public:
    QuietTerminal() {
        if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
        termios quiet = before_;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        changed_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) == 0;
    }
    QuietTerminal(const QuietTerminal&) = delete;
    QuietTerminal& operator=(const QuietTerminal&) = delete;
    ~QuietTerminal() {
        if (!changed_) return;
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
        std::cerr << '\n';
    }

private:
    termios before_{};
    bool changed_ = false;
};

std::string line_of_input() {
    std::string line;
    std::getline(std::cin, line);
    return line;
}

}  // namespace

std::string Table::text(std::size_t columns) const {
    std::vector<std::size_t> widths(rows_[0].size());
    std::vector<bool> right(rows_[0].size(), rows_.size() > 1);
    for (std::size_t r = 0; r < rows_.size(); ++r) {
        for (std::size_t c = 0; c < rows_[r].size(); ++c) {
            widths[c] = std::max(widths[c], width(rows_[r][c]));
            if (r > 0 && !is_number(rows_[r][c]) && rows_[r][c] != "-") right[c] = false;
        }
    }
    std::string out;
    for (const auto& row : rows_) {
        std::string line;
        std::size_t last_cell = 0;
        for (std::size_t c = 0; c < row.size(); ++c) {
            last_cell = line.size();
            const std::string pad(widths[c] - width(row[c]), ' ');
            line += (c == 0 ? "" : "  ") + (right[c] ? pad + row[c] : row[c] + pad);
        }
        if (columns != 0 && line.size() > columns) line.resize(std::max(columns, last_cell));
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + '\n';
    }
    return out;
}

void say(const std::string& line) {
    std::cout << line << std::endl;
}

std::string age_text(std::int64_t seconds) {
    if (seconds < 100) return std::to_string(seconds) + " s";
    if (seconds < 100 * 60) return std::to_string(seconds / 60) + " min";
    if (seconds < 48 * 3600) return std::to_string(seconds / 3600) + " h";
    return std::to_string(seconds / 86400) + " d";
}

std::string wait_text(double seconds) {
    return seconds < 0.9995 ? with_decimal(seconds * 1'000, "ms") : with_decimal(seconds, "s");
}

std::string bytes_text(std::int64_t bytes) {
    if (bytes < 1'000) return std::to_string(bytes) + " B";
    constexpr const char* kUnits[] = {"kB", "MB", "GB", "TB"};
    double value = static_cast<double>(bytes) / 1'000;
    std::size_t unit = 0;
    for (; value >= 999.5 && unit + 1 < std::size(kUnits); ++unit)
        value /= 1'000;
    return with_decimal(value, kUnits[unit]);
}

std::string time_text(std::int64_t seconds) {
    const std::time_t time = seconds;
    std::tm utc{};
    ::gmtime_r(&time, &utc);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &utc);
    return text;
}

std::string asked(const std::string& question, bool secret) {
    if (::isatty(STDIN_FILENO) == 0) return line_of_input();
    std::cerr << question << std::flush;
    if (!secret) return line_of_input();
    const QuietTerminal quiet;
    return line_of_input();
}

}  // namespace starling::wallet
