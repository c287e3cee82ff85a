#include "consensus/hex.h"
#include "consensus/merkle.h"
#include "consensus/parameters.h"
#include "consensus/pow.h"
#include "consensus/serialize.h"

#include <cassert>

namespace starling {

namespace {

// "4 bytes" of Bitcoin's first bits and the number 4, before the message: kept by every network so
// that the coinbase has the known form.
constexpr std::uint8_t kScriptPrefix[] = {0x04, 0xff, 0xff, 0x00, 0x1d, 0x01, 0x04};
constexpr std::size_t kDirectPushMax = 75;

// Bitcoin's genesis pays to this key, on every network; its output is in no UTXO set.
constexpr std::string_view kSatoshiScript =
    "4104678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb6"
    "49f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5fac";

constexpr std::uint8_t kOpReturn = 0x6a;

Parameters with_genesis(Parameters parameters, const Genesis& genesis) {
    parameters.genesis = genesis_block(genesis);
    parameters.genesis_hash = hash_of(parameters.genesis.header);
    assert(meets_target(parameters.genesis_hash, genesis.bits, parameters.limit_bits));
    return parameters;
}

}  // namespace

Block genesis_block(const Genesis& genesis) {
    assert(genesis.message.size() <= kDirectPushMax);
    Writer script_sig;
    script_sig.bytes(kScriptPrefix);
    script_sig.u8(static_cast<std::uint8_t>(genesis.message.size()));
    for (const char c : genesis.message)
        script_sig.u8(static_cast<std::uint8_t>(c));

    TransactionData coinbase;
    coinbase.version = 1;
    coinbase.inputs.resize(1);
    coinbase.inputs[0].previous.index = OutPoint::kNullIndex;
    coinbase.inputs[0].script_sig = script_sig.take();
    coinbase.outputs.push_back(
        {.value = {50 * kCoin.units}, .script_pubkey = genesis.script_pubkey});

    Block block;
    block.transactions.push_back(std::make_shared<const Transaction>(std::move(coinbase)));
    block.header = {.version = 1,
                    .previous = {},
                    .merkle_root = {transactions_merkle(block).root.bytes},
                    .time = genesis.time,
                    .bits = genesis.bits,
                    .nonce = genesis.nonce};
    return block;
}

const Parameters& regtest() {
    static const Parameters parameters = with_genesis(
        {.name = "regtest",
         .magic = {0xfa, 0xbf, 0xb5, 0xda},
         .address_prefix = "bcrt",
         .p2p_port = 18'444,
         .rpc_port = 18'443,
         .genesis = {},
         .genesis_hash = {},
         .limit_bits = 0x207f'ffff,
         .asert = std::nullopt,
         .future_seconds_max = 2 * 60 * 60,
         .halving_interval = 150,
         .plain_transport = true,
         .overlay = kLoopbackOverlay},
        {.message = "The Times 03/Jan/2009 Chancellor on brink of second bailout for banks",
         .script_pubkey = *from_hex(kSatoshiScript),
         .time = 1'296'688'602,
         .bits = 0x207f'ffff,
         .nonce = 2});
    return parameters;
}

const Parameters& local() {
    static const Parameters parameters =
        with_genesis({.name = "local",
                      .magic = {0xf5, 0xa7, 0x4c, 0xd3},
                      .address_prefix = "lstl",
                      .p2p_port = 28'444,
                      .rpc_port = 28'443,
                      .genesis = {},
                      .genesis_hash = {},
                      .limit_bits = 0x207f'ffff,
                      .asert = Asert{.spacing = 10, .half_life = 30 * 60},
                      .future_seconds_max = 10 * 60,
                      .halving_interval = 210'000,
                      .bip54 = true,
                      .transaction_index = true,
                      .overlay = kLoopbackOverlay,
                      .target_spacing = 10},
                     {.message = "Starling local: a murmuration on one machine",
                      .script_pubkey = {kOpReturn},
                      .time = 1'767'225'600,
                      .bits = 0x207f'ffff,
                      .nonce = 3});
    return parameters;
}

const Parameters& testnet() {
    static const Parameters parameters =
        with_genesis({.name = "testnet",
                      .magic = {0xf5, 0xa7, 0x54, 0xe9},
                      .address_prefix = "tstl",
                      .p2p_port = 38'444,
                      .rpc_port = 38'443,
                      .genesis = {},
                      .genesis_hash = {},
                      .limit_bits = 0x1e0f'ffff,
                      .asert = Asert{.spacing = 120, .half_life = 2 * 60 * 60},
                      .future_seconds_max = 10 * 60,
                      .halving_interval = 210'000,
                      .bip54 = true,
                      .identity_bits = 16,
                      .target_spacing = 120},
                     {.message = "Starling testnet: many wings, one ledger",
                      .script_pubkey = {kOpReturn},
                      .time = 1'767'225'600,
                      .bits = 0x1e0f'ffff,
                      .nonce = 943'879});
    return parameters;
}

}  // namespace starling
