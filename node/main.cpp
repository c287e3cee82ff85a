#include "node/config.h"
#include "node/daemon.h"
#include "node/log.h"

#include <CLI/CLI.hpp>

#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace {

namespace node = starling::node;
namespace fs = std::filesystem;

constexpr int kUsageError = 2;

// What the command line says, still as text.
struct CommandLine {
    std::map<std::string, std::vector<std::string>> values;
    std::map<std::string, bool> flags;
    std::optional<fs::path> conf;
    std::vector<fs::path> files;  // to import
    bool import = false;
    bool json = false;

    [[nodiscard]] node::Settings settings(const CLI::App& app) const {
        node::Settings out;
        for (const node::Setting& setting : node::known_settings()) {
            const std::string name(setting.name);
            if (app.count("--" + name) == 0) continue;
            if (setting.kind == node::Setting::Kind::flag)
                out[name] = {flags.at(name) ? "true" : "false"};
            else
                out[name] = values.at(name);
        }
        return out;
    }
};

void declare(CLI::App& app, CommandLine& line) {
    for (const node::Setting& setting : node::known_settings()) {
        const std::string name(setting.name);
        const std::string help(setting.help);
        if (setting.kind == node::Setting::Kind::flag) {
            app.add_flag("--" + name + ",!--no-" + name, line.flags[name], help);
            continue;
        }
        CLI::Option* option = app.add_option("--" + name, line.values[name], help);
        option->allow_extra_args(false);
        if (setting.kind == node::Setting::Kind::value)
            option->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    }
    app.add_option("--conf", line.conf, "TOML file with the same names as the flags");
    app.set_version_flag("--version", "starlingd " STARLING_VERSION);
    app.require_subcommand(0, 1);
    app.fallthrough();
    CLI::App* import = app.add_subcommand("import", "import blocks from files and end");
    import->add_option("files", line.files, "files in bootstrap.dat framing")->required();
    import->add_flag("--json", line.json, "print one line of JSON");
    import->callback([&line] { line.import = true;
});
}  // namespace

int complain(const std::string& text, int code) {
    std::fprintf(stderr, "starlingd: %s\n", text.c_str());
    return code;
}

int run(const CLI::App& app, const CommandLine& line) {
    const auto config = node::configured(line.settings(app), line.conf,
                                         [](const char* name) { return std::getenv(name); });
    if (!config) return complain(config.error(), kUsageError);
    node::open_log(config->log_level, config->log_format);
    if (line.import) return node::run_import(*config, line.files, line.json);
    return node::run_daemon(*config);
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);  // a peer that is gone is an error of a write
    std::setlocale(LC_ALL, "C");
    CLI::App app("Starling: a gossip ledger node", "starlingd");
    CommandLine line;
    declare(app, line);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return app.exit(error);
        return complain(error.what(), kUsageError);
    }
    try {
        return run(app, line);
    } catch (const std::exception& error) {
        return complain(error.what(), 1);
    }
}
