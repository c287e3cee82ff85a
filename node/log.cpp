#include "node/log.h"

#include "node/clock.h"
#include "node/log_limit.h"

#include <chrono>
#include <ctime>
#include <mutex>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace starling::node {

namespace {

struct Log {
    std::mutex mutex;
    LogLimit limit;
    LogLevel level = LogLevel::info;
    LogFormat format = LogFormat::text;
    std::shared_ptr<spdlog::logger> out;
};

Log& the_log() {
    static Log log;
    return log;
}

spdlog::level::level_enum level_of(LogLevel level) {
    switch (level) {
        case LogLevel::debug:
            return spdlog::level::debug;
        case LogLevel::info:
            return spdlog::level::info;
        case LogLevel::warning:
            return spdlog::level::warn;
        case LogLevel::error:
            break;
    }
    return spdlog::level::err;
}

std::string_view name_of(LogLevel level) {
    constexpr std::string_view kNames[] = {"debug", "info", "warning", "error"};
    return kNames[static_cast<std::size_t>(level)];
}

std::string utc(Time time) {
    const std::time_t seconds = time.time_since_epoch().count() / 1000;
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[40];
    const std::size_t size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
    const auto rest = std::to_string(1000 + time.time_since_epoch().count() % 1000);
    return std::string(text, size) + "." + rest.substr(1) + "Z";
}

// "node/machine.cpp:17" wherever the tree was built.
std::string where(const std::source_location& place) {
    const std::string_view path = place.file_name();
    const std::size_t room = path.rfind("node/");
    return std::string(room == std::string_view::npos ? path : path.substr(room)) + ":" +
           std::to_string(place.line());
}

void write(Log& log, LogLevel level, const std::string& text, const std::source_location& place) {
    if (log.format == LogFormat::text)
        log.out->log(level_of(level), text);
    else
        log.out->log(level_of(level),
                     json_log_line(utc(now()), name_of(level), where(place), text));
}

}  // namespace

void open_log(LogLevel level, LogFormat format) {
    Log& log = the_log();
    const std::lock_guard lock(log.mutex);
    log.level = level;
    log.format = format;
    log.out = std::make_shared<spdlog::logger>("starlingd",
                                               std::make_shared<spdlog::sinks::stderr_sink_st>());
    log.out->set_level(level_of(level));
    log.out->set_pattern(format == LogFormat::text ? "%Y-%m-%d %H:%M:%S.%e %L %v" : "%v");
    log.out->flush_on(spdlog::level::debug);
}

bool log_enabled(LogLevel level) {
    return level >= the_log().level;
}

void log(LogLevel level, std::string_view text, std::source_location place) {
    Log& log = the_log();
    if (level < log.level) return;
    const std::lock_guard lock(log.mutex);
    if (!log.out) return;
    const std::string line = printable(text);
    const auto verdict = log.limit.weigh(place.file_name(), place.line(), line.size(), now());
    if (!verdict.write) return;
    if (verdict.left_out > 0)
        write(log, level, std::to_string(verdict.left_out) + " such lines were left out", place);
    write(log, level, line, place);
}

std::string printable(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c < ' ' || c > '~') c = '?';
    }
    return out;
}

std::string json_log_line(std::string_view time,
                          std::string_view level,
                          std::string_view where,
                          std::string_view text) {
    std::string out = "{\"time\":\"" + std::string(time) + "\",\"level\":\"" + std::string(level) +
                      "\",\"where\":\"" + std::string(where) + "\",\"text\":\"";
    for (const char c : printable(text)) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + "\"}";
}

}  // namespace starling::node
