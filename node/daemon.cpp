#include "node/daemon.h"

#include "chain/lmdb_store.h"
#include "consensus/address.h"
#include "node/atomic_file.h"
#include "node/clock.h"
#include "node/http_server.h"
#include "node/importer.h"
#include "node/journal.h"
#include "node/log.h"
#include "node/machine.h"
#include "node/methods/methods.h"
#include "node/metrics.h"
#include "node/miner.h"
#include "node/network.h"
#include "node/pool_file.h"
#include "node/random.h"
#include "node/rpc_context.h"
#include "node/service.h"

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>

namespace starling::node {

namespace {

namespace fs = std::filesystem;

// Everything that both ways of running need, in the order in which it depends on each other.
struct Core {
    explicit Core(const Config& of_config)
        : config(of_config),
          store(
              prepared(config), config.parameters, {.transaction_index = config.transaction_index}),
          machine(config.parameters, options(config), store, loop, random) {}

    static fs::path prepared(const Config& config) {
        fs::create_directories(config.folder());
        return config.folder();
    }
    static Machine::Options options(const Config& config) {
        Machine::Options out;
        out.chain.memory_bytes_max = config.memory_bytes;
        out.chain.unverified_bytes_max =
            std::max(out.chain.unverified_bytes_max, config.threads << 20);
        out.threads = config.threads;
        return out;
    }

    const Config& config;
    KernelRandom random;
    Loop loop;
    chain::LmdbStore store;
    Machine machine;
};

HttpAuth auth_of(const Config& config, const std::string& cookie) {
    HttpAuth auth;
    for (const std::string& line : config.rpcauth) {
        if (!auth.add_user(line))
            throw std::runtime_error("--rpcauth: \"" + line + "\" is not USER:SALT$HASH");
    }
    auth.set_cookie(cookie);
    return auth;
}

// The node while it runs: what serves people and peers around the machines.
class Daemon {
public:
    explicit Daemon(const Config& config);
    void run();

private:
    // How long a stop waits for answers that are being written, and then for the last commit: both
    // together under the two seconds that a service manager's person is patient.
    static constexpr Duration kAnswersMax = std::chrono::milliseconds{500};
    static constexpr Duration kCommitMax = std::chrono::milliseconds{1'000};

    void opened();
    void open_doors();
    void stop_asked(bool by_signal);
    void commit_and_end();
    void write_address(const char* name, const p2p::Endpoint& endpoint);
    void leave();

    const Config& config_;
    const Time started_ = now();
    const std::string cookie_ = "__cookie__:" + random_hex(32);
    Core core_;
    Network network_;
    Metrics metrics_;
    Journal journal_;
    RpcContext context_;
    Methods methods_;
    HttpServer server_;
    PoolFile pool_file_;
    std::optional<Miner> miner_;
    bool stopping_ = false;
    bool committing_ = false;
};

Daemon::Daemon(const Config& config)
    : config_(config),
      core_(config),
      // Half of the descriptors are the store's, the RPC's and a reserve.
      network_(core_.machine,
               {.connections_max = raise_descriptor_limit() / 2,
                .identity = *p2p::Identity::from(random_key(core_.random)),
                .plain = true}),
      metrics_(core_.machine, network_, started_),
      journal_(core_.machine),
      context_(core_.machine, started_, [this] { stop_asked(false); }),
      methods_(context_),
      server_(core_.loop,
              auth_of(config, cookie_),
              {.answer =
                   [this](std::string body, std::function<void(rpc::HttpAnswer)> then) {
                       methods_.answer(std::move(body), std::move(then));
                   },
               .metrics = [this] { return metrics_.render(); }}),
      pool_file_(core_.machine, config.folder() / "mempool.dat") {
    if (!config.mine) return;
    const auto script = script_of_address(config.mine->address, config.parameters.address_prefix);
    if (!script) throw std::runtime_error("--mine: " + script.error().message);
    miner_.emplace(core_.machine, *script, config.mine->interval, core_.random);
}

void Daemon::run() {
    core_.loop.on_stop_signal([this] { stop_asked(true); });
    core_.machine.open(core_.store.take_loaded(), [this] { opened(); });
    try {
        core_.loop.run();
    } catch (...) {
        leave();
        throw;
    }
    pool_file_.save_now();
    leave();
    log_info("stopped");
}

void Daemon::opened() {
    if (stopping_) return;
    open_doors();
    for (const p2p::Endpoint& peer : config_.peers)
        core_.machine.tell(p2p::PeerAdded{peer, true});
    pool_file_.load();
    if (miner_) miner_->start();
}

void Daemon::open_doors() {
    std::string listening = "no peers are listened for";
    if (config_.listen) {
        const p2p::Endpoint actual = network_.listen(*config_.listen);
        write_address("p2p.address", actual);
        listening = "peers at " + to_string(actual);
    }
    if (config_.metrics) server_.listen_for_metrics(*config_.metrics);
    const p2p::Endpoint rpc = server_.listen(config_.rpc);
    replace_file(config_.folder() / ".cookie", cookie_, 0600);
    // Last: who finds it finds everything ready.
    write_address("rpc.address", rpc);
    const HeaderNode* tip = core_.machine.chain().tip();
    log_info("ready: " + config_.parameters.name + ", height " + std::to_string(tip->height.value) +
             ", tip " + to_string(tip->hash) + ", RPC at " + to_string(rpc) + ", " + listening);
    notify_service_manager("READY=1\nSTATUS=RPC at " + to_string(rpc));
}

void Daemon::write_address(const char* name, const p2p::Endpoint& endpoint) {
    replace_file(config_.folder() / name, to_string(endpoint) + "\n");
}

void Daemon::leave() {
    for (const char* name : {"rpc.address", "p2p.address", ".cookie"}) {
        std::error_code ignored;
        fs::remove(config_.folder() / name, ignored);
    }
}

void Daemon::stop_asked(bool by_signal) {
    // Who sends a second signal does not want to wait; the store is safe at every instant.
    if (stopping_ && by_signal) std::_Exit(1);
    if (std::exchange(stopping_, true)) return;
    log_info("stopping");
    notify_service_manager("STOPPING=1");
    if (miner_) miner_->stop();
    network_.stop();
    server_.stop([this] { commit_and_end(); });
    core_.loop.after(kAnswersMax, [this] { commit_and_end(); });
}

void Daemon::commit_and_end() {
    if (std::exchange(committing_, true)) return;
    context_.when_committed([this] { core_.loop.stop(); });
    // What is not committed by then is in the segments, and connected again at the next start.
    core_.loop.after(kCommitMax, [this] { core_.loop.stop(); });
}

}  // namespace

int run_daemon(const Config& config) {
    log_info("starlingd " STARLING_VERSION ", network " + config.parameters.name + ", files in " +
             config.folder().string());
    Daemon(config).run();
    return 0;
}

int run_import(const Config& config, const std::vector<fs::path>& files, bool json) {
    Core core(config);
    std::optional<ImportResult> result;
    Importer importer(core.machine, files, [&](const ImportResult& of_import) {
        result = of_import;
        core.loop.stop();
    });
    core.loop.on_stop_signal([&] { core.loop.stop(); });
    core.machine.open(core.store.take_loaded(), [&] { importer.start(); });
    core.loop.run();
    if (!result) throw std::runtime_error("the import was interrupted; run it again to go on");
    log_info(describe(*result));
    if (json) std::printf("%s\n", to_json(*result).c_str());
    if (!result->useful())
        throw std::runtime_error("no block of the files could be imported; is this their network?");
    return 0;
}

}  // namespace starling::node
