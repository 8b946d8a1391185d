namespace Mandate.Identity;

/// <summary>Types of the application failures this room raises.</summary>
public static class IdentityFailureTypes
{
    /// <summary>A workflow, activity or update whose signed principal or sender is missing or not good. Not retryable.</summary>
    public const string Refused = "PrincipalRefused";
}
