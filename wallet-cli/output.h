#pragma once

#include <string>
#include <vector>

namespace starling::wallet {

// A table for people: columns as wide as their widest cell, numbers to the right.
class Table {
public:
    explicit Table(std::vector<std::string> head) : rows_{std::move(head)} {}

    void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
    [[nodiscard]] std::string text() const;
    [[nodiscard]] bool empty() const { return rows_.size() == 1; }

private:
    std::vector<std::vector<std::string>> rows_;
};

// Ends the line on standard output, and flushes it: others may wait for it through a pipe.
void say(const std::string& line);

// "3 s", "12 min", "5 h", "2 d".
std::string age_text(std::int64_t seconds);
// "2026-11-21 04:30:00" in UTC.
std::string time_text(std::int64_t seconds);

// Asks a person at the terminal; with `secret` what they type is not shown. Without a terminal
// reads a line of standard input.
std::string asked(const std::string& question, bool secret);

}  // namespace starling::wallet
