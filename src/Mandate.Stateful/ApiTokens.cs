using Mandate.Stateful.Activities;

namespace Mandate.Stateful;

/// <summary>Gives activities their <see cref="IApiTokens"/> where there is no container.</summary>
public static class ApiTokens
{
    /// <summary>That of whichever activity runs when it is used.</summary>
    public static IApiTokens Current { get; } = new CurrentApiTokens();
}
