namespace Mandate.Audit;

/// <summary>Sizes an <see cref="AuditEntry"/> may have, in bytes of UTF-8.</summary>
public static class AuditLimits
{
    /// <summary>Longest single text: tenant, type, action, and the parts of resource and actor.</summary>
    public const int Text = 4 * 1024;

    /// <summary>Longest name of a value in context or metadata.</summary>
    public const int Key = 256;

    /// <summary>Longest value in context or metadata.</summary>
    public const int Value = 64 * 1024;

    /// <summary>Largest context and largest metadata, each with its names.</summary>
    public const int Map = 256 * 1024;

    /// <summary>Most values in context and in metadata, each.</summary>
    public const int Values = 256;
}
