namespace Mandate.Load;

/// <summary>How much is run.</summary>
/// <param name="Workflows">Workflows measured.</param>
/// <param name="Concurrency">Workflows open at one time.</param>
/// <param name="WarmUp">Workflows run before, on the same engine, worker and client.</param>
/// <param name="DataRoot">Where data directories are made.</param>
internal sealed record LoadPlan(int Workflows, int Concurrency, int WarmUp, DirectoryInfo DataRoot);
