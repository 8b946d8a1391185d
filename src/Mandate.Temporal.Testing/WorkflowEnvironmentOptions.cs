using Mandate.Temporal.Client;
using Mandate.Temporal.Common;

namespace Mandate.Temporal.Testing;

/// <summary>What all environments with an engine of their own have in common: options of their client, and of the engine.</summary>
public abstract record WorkflowEnvironmentOptions : TemporalClientOptions
{
    private protected WorkflowEnvironmentOptions()
    {
    }

    /// <summary>Search attributes that the namespace has. Default: none.</summary>
    public IReadOnlyCollection<SearchAttributeKey> SearchAttributes { get; init; } = [];
}
