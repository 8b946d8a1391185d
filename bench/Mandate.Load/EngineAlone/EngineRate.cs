namespace Mandate.Load.EngineAlone;

/// <summary>What the engine did.</summary>
/// <param name="Concurrency">Callers.</param>
/// <param name="CyclesPerSecond">Start, describe and terminate.</param>
/// <param name="ChangesPerSecond">Changes made durable.</param>
/// <param name="CommitsPerSecond">Transactions they took.</param>
/// <param name="CpuMicrosecondsEach">CPU time for each cycle.</param>
/// <param name="CommitsOfSqlite">Transactions a second, against SQLite's own.</param>
/// <param name="ChangesOfSqlite">Durable changes a second, against SQLite's own transactions of one row.</param>
internal sealed record EngineRate(
    int Concurrency, double CyclesPerSecond, double ChangesPerSecond, double CommitsPerSecond, double CpuMicrosecondsEach, double CommitsOfSqlite, double ChangesOfSqlite);
