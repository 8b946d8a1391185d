namespace Mandate.Authentication;

/// <summary>Headers by which a caller could pretend to be somebody: the service's own statements, and those that trusted services forward.</summary>
internal static class SpoofedHeaders
{
    private const string Forwarded = "X-Forwarded-";

    private static readonly string[] Statements = ["mandate-principal", "mandate-actor"];

    /// <summary>What proxies add about the connection. It is not used either, but it is no attempt to be somebody else.</summary>
    private static readonly string[] OfProxies = ["X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Prefix", "X-Forwarded-Server"];

    /// <summary>Removes them all; returns the names of those that claim an identity.</summary>
    public static IReadOnlyList<string> Strip(IHeaderDictionary headers)
    {
        List<string>? found = null;
        foreach (var name in headers.Keys)
        {
            if (name.StartsWith(Forwarded, StringComparison.OrdinalIgnoreCase) || Statements.Contains(name, StringComparer.OrdinalIgnoreCase))
                (found ??= []).Add(name);
        }

        if (found is null)
            return [];
        found.ForEach(name => headers.Remove(name));
        // Of any other name at most a hundred characters go into the ledger: the caller chose it.
        return [.. found.Where(n => !OfProxies.Contains(n, StringComparer.OrdinalIgnoreCase)).Select(n => n.Length <= 100 ? n : n[..100])];
    }
}
