using System.Security.Cryptography;
using Mandate.Credentials;

namespace Mandate.Development.IdentityProvider;

/// <summary>Secrets for the life of one process.</summary>
internal static class DevelopmentSecret
{
    /// <summary>A random secret of 256 bits.</summary>
    public static Secret Create() => new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
}
