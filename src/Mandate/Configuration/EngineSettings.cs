namespace Mandate.Configuration;

/// <summary>Section <c>Mandate:Engine</c>: the embedded engine.</summary>
internal sealed class EngineSettings
{
    /// <summary>How long closed runs are kept; zero keeps them for good.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromHours(72);
}
