#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace starling::wallet {

// A table for people: columns as wide as their widest cell, numbers to the right.
class Table {
public:
    explicit Table(std::vector<std::string> head) : rows_{std::move(head)} {}

    void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
    // Lines longer than `columns` lose the end of their last cell; 0: none is too long.
    [[nodiscard]] std::string text(std::size_t columns = 0) const;
    [[nodiscard]] bool empty() const { return rows_.size() == 1; }

private:
    std::vector<std::vector<std::string>> rows_;
};

// Ends the line on standard output, and flushes it: others may wait for it through a pipe.
void say(const std::string& line);

// "3 s", "12 min", "5 h", "2 d".
std::string age_text(std::int64_t seconds);
// A time that somebody waited: "0.4 ms", "85 ms", "2.5 s".
std::string wait_text(double seconds);
// "512 B", "24 kB", "3.1 MB", "12 GB".
std::string bytes_text(std::int64_t bytes);
// "2026-11-21 04:30:00" in UTC.
std::string time_text(std::int64_t seconds);

// Asks a person at the terminal; with `secret` what they type is not shown. Without a terminal
// reads a line of standard input.
std::string asked(const std::string& question, bool secret);

}  // namespace starling::wallet
