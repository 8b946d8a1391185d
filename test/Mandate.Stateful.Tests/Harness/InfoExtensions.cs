using Mandate.Credentials.Vault;

namespace Mandate.Stateful.Tests.Harness;

internal static class InfoExtensions
{
    public static CredentialReference Reference(this ApiTokenInfo info) => new(info.Name, info.Epoch, info.Fingerprint);
}
