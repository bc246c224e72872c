"""What the benchmark's own services promise."""

from services.common.kernel.contract import declare_owners

declare_owners(bench="tests.benchmarks.bus.contracts.bench")
