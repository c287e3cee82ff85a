#pragma once

#include <source_location>
#include <string>
#include <string_view>

namespace starling::node {

enum class LogLevel { debug, info, warning, error };
enum class LogFormat { text, json };

// Before the first line and before other threads start. Lines go to standard error, which the
// service manager or a redirection keeps; standard output belongs to answers.
void open_log(LogLevel level, LogFormat format);
[[nodiscard]] bool log_enabled(LogLevel level);

// One line, limited by the place that wrote it (log_limit.h). From any thread. Text may hold what
// peers sent: whatever is not printable ASCII is replaced.
void log(LogLevel level,
         std::string_view text,
         std::source_location place = std::source_location::current());

inline void log_debug(std::string_view text,
                      std::source_location place = std::source_location::current()) {
    log(LogLevel::debug, text, place);
}
inline void log_info(std::string_view text,
                     std::source_location place = std::source_location::current()) {
    log(LogLevel::info, text, place);
}
inline void log_warning(std::string_view text,
                        std::source_location place = std::source_location::current()) {
    log(LogLevel::warning, text, place);
}

// The text as one line: printable ASCII stays, anything else becomes '?'.
std::string printable(std::string_view text);
// One JSON object, without the line's end. `where` is the source line.
std::string json_log_line(std::string_view time,
                          std::string_view level,
                          std::string_view where,
                          std::string_view text);

}  // namespace starling::node
