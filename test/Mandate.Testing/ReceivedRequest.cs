using System.Net;

namespace Mandate.Testing;

/// <summary>A request as a <see cref="ScriptedHttpHandler"/> received it.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Uri">Full address.</param>
/// <param name="Headers">Request headers, without those of the content.</param>
/// <param name="Body">The body as text.</param>
public sealed record ReceivedRequest(string Method, Uri Uri, IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>A header's value, or null.</summary>
    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>The fields of a form body.</summary>
    public IDictionary<string, string> Form => Body.Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=', 2))
        .ToDictionary(pair => WebUtility.UrlDecode(pair[0]), pair => WebUtility.UrlDecode(pair[1]));
}
