#include "consensus/script_asm.h"

#include "consensus/hex.h"
#include "consensus/script.h"
#include "consensus/script_number.h"

namespace starling {

std::string script_asm(ByteView script) {
    std::string text;
    ScriptReader reader(script);
    while (!reader.at_end()) {
        if (!text.empty()) text += ' ';
        const auto instruction = reader.next();
        if (!instruction) return text + "[error]";
        if (instruction->opcode > OP_PUSHDATA4) {
            text += opcode_name(instruction->opcode);
        } else if (instruction->pushed.size() <= 4) {
            text += std::to_string(*script_number(instruction->pushed));
        } else {
            text += hex(instruction->pushed);
        }
    }
    return text;
}

}  // namespace starling
