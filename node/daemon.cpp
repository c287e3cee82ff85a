#include "node/daemon.h"

#include "chain/lmdb_store.h"
#include "consensus/address.h"
#include "node/address_file.h"
#include "node/atomic_file.h"
#include "node/clock.h"
#include "node/http_server.h"
#include "node/importer.h"
#include "node/journal.h"
#include "node/key_file.h"
#include "node/lan.h"
#include "node/log.h"
#include "node/machine.h"
#include "node/methods/methods.h"
#include "node/metrics.h"
#include "node/miner.h"
#include "node/network.h"
#include "node/overlay.h"
#include "node/own_address.h"
#include "node/pool_file.h"
#include "node/random.h"
#include "node/rpc_context.h"
#include "node/service.h"
#include "p2p/asmap.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>

namespace starling::node {

namespace {

namespace fs = std::filesystem;

constexpr std::array<std::uint8_t, 4> kLoopback = {127, 0, 0, 1};
constexpr std::array<std::uint8_t, 4> kAnywhere = {};

// Everything that both ways of running need, in the order in which it depends on each other.
struct Core {
    explicit Core(const Config& of_config)
        : config(of_config),
          limits(peer_limits(config, connections_max)),
          store(
              prepared(config), config.parameters, {.transaction_index = config.transaction_index}),
          machine(config.parameters, options(config, limits), store, loop, random) {}

    static fs::path prepared(const Config& config) {
        std::error_code failure;
        fs::create_directories(config.folder(), failure);
        if (failure) {
            throw std::runtime_error("cannot make the folder " + config.folder().string() + ": " +
                                     failure.message() + "; choose another by --datadir");
        }
        return config.folder();
    }
    static p2p::Limits peer_limits(const Config& config, std::size_t connections_max) {
        p2p::Limits out;
        out.group_first_percent = config.group_first_percent;
        if (config.only_given_peers || config.plain) {
            out.outbound_full_max = 0;
            out.outbound_block_only_max = 0;
        }
        out.inbound_max = std::min(config.inbound_max, inbound_places(connections_max, out));
        if (out.inbound_max < config.inbound_max)
            log_warning("--max-inbound " + std::to_string(config.inbound_max) + " is lowered to " +
                        std::to_string(out.inbound_max) + ": of the files that this process may " +
                        "open (ulimit -Hn) " + std::to_string(connections_max) +
                        " are for connections of all kinds");
        return out;
    }
    static Machine::Options options(const Config& config, const p2p::Limits& limits) {
        Machine::Options out;
        out.chain.memory_bytes_max = config.memory_bytes;
        out.chain.unverified_bytes_max =
            std::max(out.chain.unverified_bytes_max, config.threads << 20);
        out.threads = config.threads;
        out.netgroups = config.netgroups;
        out.p2p = limits;
        return out;
    }

    const Config& config;
    // The other half of the descriptors is the store's, the RPC's and a reserve.
    const std::size_t connections_max = raise_descriptor_limit() / 2;
    const p2p::Limits limits;
    KernelRandom random;
    Loop loop;
    chain::LmdbStore store;
    Machine machine;
};

Overlay::Options overlay_options(const Config& config, const p2p::Limits& limits) {
    Overlay::Options out{.plain = config.plain,
                         .discovery = config.discovery,
                         .outbound_wanted = limits.outbound_max(),
                         .external = config.external,
                         .bootstrap = config.bootstrap,
                         .lan = config.lan,
                         .folder = config.folder(),
                         .netgroups = config.netgroups};
    // Behind a wildcard, where others' votes are few, the interface knows our address.
    const bool anywhere = config.listen && is_unspecified(*config.listen);
    if (anywhere && !out.external && config.parameters.overlay.loopback && !config.lan.empty())
        out.external = address_of_interface(config.lan.front());
    return out;
}

// How much of the map is of use: of what we know to dial.
void log_asmap(const Config& config, const p2p::NetgroupFigures& figures) {
    const Shared<p2p::Asmap>& map = config.netgroups.map();
    if (map == nullptr) return;
    log_info("the AS map has " + std::to_string(map->systems()) + " ASes; of " +
             std::to_string(figures.addresses) + " known addresses " +
             std::to_string(figures.mapped) + " are mapped, to " + std::to_string(figures.systems) +
             " ASes");
}

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
    p2p::Endpoint listen_for_peers(const p2p::Endpoint& wanted);
    void open_overlay();
    void open_doors();
    void stop_asked(bool by_signal);
    void commit_and_end();
    void write_address(const char* name, const p2p::Endpoint& endpoint);
    void leave();

    const Config& config_;
    const Time started_ = now();
    const std::string cookie_ = "__cookie__:" + random_hex(32);
    Core core_;
    const p2p::Identity identity_;
    Overlay overlay_;
    Network network_;
    Lan lan_;
    Metrics metrics_;
    Journal journal_;
    RpcContext context_;
    Methods methods_;
    HttpServer server_;
    PoolFile pool_file_;
    AddressFile address_file_;
    std::optional<Miner> miner_;
    std::string listening_ = "no peers are listened for";
    int to_open_ = 3;  // the machines, the overlay's file, the addresses
    bool stopping_ = false;
    bool committing_ = false;
};

Daemon::Daemon(const Config& config)
    : config_(config),
      core_(config),
      identity_(load_or_make_key(
          config.folder() / "node.key", core_.random, config.parameters.identity_bits)),
      overlay_(core_.machine, identity_, core_.random, overlay_options(config, core_.limits)),
      network_(
          core_.machine,
          {.connections_max = core_.connections_max, .identity = identity_, .plain = config.plain}),
      lan_(core_.loop, config.parameters, identity_.id, core_.random),
      metrics_(core_.machine, network_, overlay_, started_),
      journal_(core_.machine),
      context_(core_.machine,
               {.started = started_, .folder = config.folder(), .overlay = overlay_},
               [this] { stop_asked(false); }),
      methods_(context_),
      server_(core_.loop,
              auth_of(config, cookie_),
              {.answer =
                   [this](std::string body, std::function<void(rpc::HttpAnswer)> then) {
                       methods_.answer(std::move(body), std::move(then));
                   },
               .metrics = [this] { return metrics_.render(); }}),
      pool_file_(core_.machine, config.folder() / "mempool.dat"),
      address_file_(core_.machine, config.folder() / "peers.dat") {
    if (!config.mine) return;
    const auto script = script_of_address(config.mine->address, config.parameters.address_prefix);
    if (!script) throw std::runtime_error("--mine: " + script.error().message);
    miner_.emplace(core_.machine, *script, config.mine->interval, core_.random);
}

void Daemon::run() {
    core_.loop.on_stop_signal([this] { stop_asked(true); });
    log_info("node " + to_string(identity_.id));
    core_.machine.open(core_.store.take_loaded(), [this] { opened(); });
    overlay_.load([this] { opened(); });
    address_file_.load([this] { opened(); });
    try {
        core_.loop.run();
    } catch (...) {
        leave();
        throw;
    }
    address_file_.save();
    // No job outlives what it answers to, and what was to be written is written.
    core_.machine.jobs().finish();
    pool_file_.save_now();
    leave();
    log_info("stopped");
}

void Daemon::opened() {
    if (--to_open_ > 0 || stopping_) return;
    address_file_.restore();
    open_overlay();
    for (const p2p::PeerAddress& peer : config_.peers)
        core_.machine.tell(p2p::PeerAdded{peer.address, true, peer.key});
    pool_file_.load();
    if (miner_) miner_->start();
}

// A port that both UDP and TCP have: the one that UDP took is tried for TCP.
p2p::Endpoint Daemon::listen_for_peers(const p2p::Endpoint& wanted) {
    constexpr int kAttempts = 16;  // each fails only if another program took just this port
    for (int attempt = 1;; ++attempt) {
        const p2p::Endpoint at = config_.discovery ? overlay_.bind(wanted) : wanted;
        try {
            return network_.listen(at);
        } catch (const std::runtime_error&) {
            if (wanted.port != 0 || attempt == kAttempts) throw;
        }
    }
}

void Daemon::open_overlay() {
    std::optional<p2p::Endpoint> tcp;
    if (config_.listen) {
        tcp = listen_for_peers(*config_.listen);
        write_address("p2p.address", *tcp);
        listening_ = "peers at " + to_string(*tcp);
    } else if (config_.discovery) {
        const bool loopback = config_.parameters.overlay.loopback;
        overlay_.bind(p2p::Endpoint::ipv4(loopback ? kLoopback : kAnywhere, 0));
    }
    overlay_.open(tcp, [this] {
        if (!stopping_) open_doors();
    });
    for (const std::string& interface : config_.lan)
        lan_.open(
            interface, [this] { return overlay_.record(); },
            [this](const p2p::Sighting& sighting) { overlay_.hear(sighting); });
}

void Daemon::open_doors() {
    log_asmap(config_, core_.machine.gossip().candidates(now()).netgroups);
    if (config_.metrics) server_.listen_for_metrics(*config_.metrics);
    const p2p::Endpoint rpc = server_.listen(config_.rpc);
    replace_file(config_.folder() / ".cookie", cookie_, 0600);
    // Last: who finds it finds everything ready.
    write_address("rpc.address", rpc);
    const HeaderNode* tip = core_.machine.chain().tip();
    log_info("ready: " + config_.parameters.name + ", height " + std::to_string(tip->height.value) +
             ", tip " + to_string(tip->hash) + ", RPC at " + to_string(rpc) + ", " + listening_);
    notify_service_manager("READY=1\nSTATUS=RPC at " + to_string(rpc));
}

void Daemon::write_address(const char* name, const p2p::Endpoint& endpoint) {
    replace_file(config_.folder() / name, to_string(endpoint) + "\n");
}

void Daemon::leave() {
    for (const char* name : {"rpc.address", "p2p.address", "node.record", ".cookie"}) {
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
    lan_.close();
    overlay_.stop();
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
