#include "sim/checkers/coin_sums.h"

#include "consensus/hash.h"
#include "consensus/muhash.h"

namespace starling::sim {

CoinSum coin_sum(const chain::Store& store) {
    CoinSum sum;
    Sha256 hash;
    sum.boundary = store.each_coin([&](const OutPoint& point, const Coin& coin) {
        hash.add(coin_for_hash(point, coin));
        ++sum.coins;
        sum.total += coin.output.value;
        return true;
    });
    sum.hash = hash.finish();
    return sum;
}

}  // namespace starling::sim
