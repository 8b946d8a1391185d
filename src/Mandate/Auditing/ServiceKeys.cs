using Mandate.Hosting;
using Mandate.Identity.Callers;
using Mandate.Identity.Keys;

namespace Mandate.Auditing;

/// <summary>The keys whose changes a service records.</summary>
internal static class ServiceKeys
{
    public static KeySet Signing(ServiceIdentity identity) => new("principal-signing", "retire", () => identity.Keys.KeyIds);

    public static KeySet Payloads(PayloadKeyRing keys) => new("payload-sealing", "retire", () => keys.List().Select(k => k.Id));

    public static KeySet Api(CallerAuthenticator callers) => new("api-key", "revoke", () => callers.ApiKeys.Select(k => k.Id));
}
