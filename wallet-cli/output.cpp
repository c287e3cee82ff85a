#include "wallet-cli/output.h"

#include <algorithm>
#include <cctype>
#include <ctime>
#include <iostream>
#include <termios.h>
#include <unistd.h>

namespace starling::wallet {

namespace {

// Columns on the terminal: UTF-8's continuation bytes take none.
std::size_t width(const std::string& text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

bool is_number(const std::string& text) {
    return !text.empty() &&
           std::isdigit(static_cast<unsigned char>(text[text[0] == '-' && text.size() > 1])) != 0 &&
           text.find(':') == std::string::npos && text.size() < 24;
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

std::string Table::text() const {
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
        for (std::size_t c = 0; c < row.size(); ++c) {
            const std::string pad(widths[c] - width(row[c]), ' ');
            line += (c == 0 ? "" : "  ") + (right[c] ? pad + row[c] : row[c] + pad);
        }
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
