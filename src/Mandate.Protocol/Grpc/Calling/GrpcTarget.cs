using System.Net;

namespace Mandate.Protocol.Grpc.Calling;

/// <summary>Where a channel's calls go.</summary>
/// <param name="BaseAddress">Scheme, host and port.</param>
/// <param name="Authority">Name to present in place of the host, null for the host itself.</param>
internal sealed record GrpcTarget(Uri BaseAddress, string? Authority)
{
    private const int DefaultPort = 7233;

    internal bool IsTls => BaseAddress.Scheme == Uri.UriSchemeHttps;

    /// <summary>True when the bytes do not leave this machine.</summary>
    internal bool IsLoopback =>
        BaseAddress.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(BaseAddress.Host, out var address) && IPAddress.IsLoopback(address));

    /// <exception cref="ArgumentException">The target is no address, or contradicts the TLS settings.</exception>
    internal static GrpcTarget Parse(GrpcChannelOptions options)
    {
        var text = options.Target.Trim();
        var hasScheme = text.Contains("://", StringComparison.Ordinal);
        var scheme = options.Tls is null ? Uri.UriSchemeHttp : Uri.UriSchemeHttps;
        if (!Uri.TryCreate(hasScheme ? text : $"{scheme}://{text}", UriKind.Absolute, out var uri)
            || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps)
            || uri.Host.Length == 0
            || uri.PathAndQuery != "/"
            || uri.UserInfo.Length > 0)
        {
            throw new ArgumentException(
                "the target is not an address: expected host:port, http://host:port or https://host:port", nameof(options));
        }

        if (uri.Scheme == Uri.UriSchemeHttp && options.Tls is not null)
            throw new ArgumentException("TLS settings are given, but the target says http://; write https:// or leave the scheme out", nameof(options));

        var hasPort = uri.IsDefaultPort ? text.EndsWith($":{uri.Port}", StringComparison.Ordinal) : true;
        if (!hasPort)
            uri = new UriBuilder(uri) { Port = DefaultPort }.Uri;
        return new(uri, options.Tls?.ServerName);
    }
}
