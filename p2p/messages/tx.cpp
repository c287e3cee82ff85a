#include "p2p/messages/tx.h"

namespace starling::p2p {

void Tx::encode(Writer& out) const {
    starling::encode(out, transaction->data());
}

Result<Tx, std::string> Tx::decode(Reader& in) {
    auto transaction = decode_transaction(in);
    if (!transaction) return Failure{transaction.error()};
    return Tx{*transaction};
}

}  // namespace starling::p2p
