namespace Mandate.Configuration;

/// <summary>Section <c>Mandate:Identity:AllowSystemPrincipal</c>: the principal of runs that were started past the edge.</summary>
internal sealed class SystemPrincipalOptions
{
    /// <summary>User the runs act for.</summary>
    public string? User { get; set; }

    /// <summary>Tenant the runs belong to.</summary>
    public string? Tenant { get; set; }
}
