using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Mandate.Configuration;

/// <summary>An address to listen on with HTTP.</summary>
internal sealed record ListenAddress(bool IsHttps, IPEndPoint EndPoint)
{
    /// <summary>Reads <c>http://127.0.0.1:8080</c>, <c>https://0.0.0.0:443</c>, <c>http://localhost:0</c>.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ListenAddress? address, [NotNullWhen(false)] out string? problem)
    {
        address = null;
        problem = $"'{text}' is not an address to listen on, such as http://127.0.0.1:8080 or https://0.0.0.0:8443.";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            return false;
        if (uri.AbsolutePath != "/" || uri.Query.Length > 0 || uri.Fragment.Length > 0 || uri.UserInfo.Length > 0)
        {
            problem = $"'{text}' has more than a scheme, an IP address and a port.";
            return false;
        }

        var host = uri.Host == "localhost" ? IPAddress.Loopback : IPAddress.TryParse(uri.Host.Trim('[', ']'), out var ip) ? ip : null;
        if (host is null)
        {
            problem = $"'{text}' names a host. Listen on an IP address: 127.0.0.1 for this machine, 0.0.0.0 for every interface.";
            return false;
        }

        address = new(uri.Scheme == "https", new(host, uri.Port));
        problem = null;
        return true;
    }
}
