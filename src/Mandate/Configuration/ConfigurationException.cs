namespace Mandate.Configuration;

/// <summary>The program cannot start as it is configured. Each message names the setting and what to do.</summary>
internal sealed class ConfigurationException(params IReadOnlyList<string> errors) : Exception(string.Join(Environment.NewLine, errors))
{
    /// <summary>One message a wrong setting.</summary>
    public IReadOnlyList<string> Errors { get; } = errors;
}
