// Names the form of an output, as Bitcoin Core's Solver does.
#include "consensus/address.h"
#include "consensus/script.h"

#include <algorithm>
#include <array>

namespace starling {

namespace {

bool is_key(ByteView bytes) {
    if (bytes.size() == 33) return bytes[0] == 2 || bytes[0] == 3;
    return bytes.size() == 65 && (bytes[0] == 4 || bytes[0] == 6 || bytes[0] == 7);
}

bool is_pubkey(ByteView script) {
    return script.size() >= 2 && script[0] + std::size_t{2} == script.size() &&
           script.back() == OP_CHECKSIG && is_key(script.subspan(1, script[0]));
}

bool matches(ByteView script,
             std::initializer_list<std::uint8_t> head,
             std::size_t hash,
             std::initializer_list<std::uint8_t> tail) {
    return script.size() == head.size() + hash + tail.size() &&
           std::ranges::equal(script.first(head.size()), head) &&
           std::ranges::equal(script.last(tail.size()), tail);
}

bool only_pushes(ByteView script) {
    ScriptReader reader(script);
    while (const auto instruction = reader.next())
        if (instruction->opcode > OP_16) return false;
    return reader.at_end();
}

// m keys n CHECKMULTISIG with small numbers.
bool is_multisig(ByteView script) {
    const auto small = [](std::uint8_t op) { return op >= OP_1 && op <= OP_16; };
    ScriptReader reader(script);
    const auto needed = reader.next();
    if (!needed || !small(needed->opcode)) return false;
    int keys = 0;
    auto instruction = reader.next();
    for (; instruction && is_key(instruction->pushed); instruction = reader.next())
        ++keys;
    if (!instruction || !small(instruction->opcode)) return false;
    const auto last = reader.next();
    return keys == instruction->opcode - OP_1 + 1 && needed->opcode <= instruction->opcode &&
           last && last->opcode == OP_CHECKMULTISIG && reader.at_end();
}

std::string_view witness_type(const WitnessProgram& program) {
    constexpr std::array<std::uint8_t, 2> kAnchor{0x4e, 0x73};
    const std::size_t size = program.program.size();
    if (program.version == 0 && size == 20) return "witness_v0_keyhash";
    if (program.version == 0 && size == 32) return "witness_v0_scripthash";
    if (program.version == 1 && size == 32) return "witness_v1_taproot";
    if (program.version == 1 && std::ranges::equal(program.program, kAnchor)) return "anchor";
    return program.version == 0 ? "nonstandard" : "witness_unknown";
}

}  // namespace

std::string_view script_type(ByteView script) {
    if (matches(script, {OP_HASH160, 20}, 20, {OP_EQUAL})) return "scripthash";
    if (const auto program = witness_program(script)) return witness_type(*program);
    if (!script.empty() && script[0] == OP_RETURN && only_pushes(script.subspan(1)))
        return "nulldata";
    if (is_pubkey(script)) return "pubkey";
    if (matches(script, {OP_DUP, OP_HASH160, 20}, 20, {OP_EQUALVERIFY, OP_CHECKSIG}))
        return "pubkeyhash";
    return is_multisig(script) ? "multisig" : "nonstandard";
}

}  // namespace starling
