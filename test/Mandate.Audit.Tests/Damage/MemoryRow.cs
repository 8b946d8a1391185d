namespace Mandate.Audit.Tests;

/// <summary>A stored event.</summary>
internal sealed record MemoryRow(long Place, byte[] Canonical, byte[] Hash);
