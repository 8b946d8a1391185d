using System.Security.Cryptography;
using System.Text;

namespace Mandate.Audit.Checkpoints;

/// <summary>A tenant as a part of a path: readable where possible, and never another place than its own.</summary>
internal static class TenantPath
{
    /// <summary>Longest part; file systems take 255 bytes.</summary>
    private const int Longest = 180;

    public static string Of(string tenant)
    {
        var escaped = Uri.EscapeDataString(tenant).Replace(".", "%2E", StringComparison.Ordinal);
        return escaped.Length <= Longest ? escaped : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(tenant)));
    }
}
