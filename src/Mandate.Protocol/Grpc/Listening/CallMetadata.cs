using Microsoft.AspNetCore.Http;

namespace Mandate.Protocol.Grpc.Listening;

/// <summary>Reads a caller's metadata from its request headers.</summary>
internal static class CallMetadata
{
    internal static RpcMetadata Read(IHeaderDictionary headers) => new(Entries(headers));

    private static IEnumerable<KeyValuePair<string, string>> Entries(IHeaderDictionary headers)
    {
        foreach (var (name, values) in headers)
        {
            if (GrpcHeaders.IsReserved(name))
                continue;
            for (var i = 0; i < values.Count; i++)
                yield return new(name, values[i] ?? "");
        }
    }
}
