namespace Mandate.Configuration;

/// <summary>Section <c>Mandate:Engine</c>: the embedded engine.</summary>
internal sealed class EngineSettings
{
    /// <summary>How long closed runs are kept; zero keeps them for good.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromHours(72);

    /// <summary>Search attributes that the namespace has from the start, each as <c>name=type</c>; others are registered by the protocol's own call.</summary>
    public List<string> SearchAttributes { get; set; } = [];

    /// <summary>Runs open at a time; further starts are turned away.</summary>
    public int MaxOpenRuns { get; set; } = 200_000;

    /// <summary>Memory that runs may take, in MiB; above it new starts and signals are turned away. Unset: half of what the process may use.</summary>
    public int? MaxRunMemory { get; set; }
}
