namespace Mandate.Load;

/// <summary>How much is run.</summary>
/// <param name="Workflows">Workflows measured.</param>
/// <param name="Concurrency">Workflows open at one time.</param>
/// <param name="WarmUp">How long the same load runs before, on the same engine, worker and client: the same time for each, so that each is as warm as it gets.</param>
/// <param name="DataRoot">Where data directories are made.</param>
internal sealed record LoadPlan(int Workflows, int Concurrency, TimeSpan WarmUp, DirectoryInfo DataRoot);
