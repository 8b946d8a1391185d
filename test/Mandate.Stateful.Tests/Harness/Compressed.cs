using System.IO.Compression;
using System.Text.Json;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Stateful.Tree;
using Mandate.Temporal.Common;

namespace Mandate.Stateful.Tests.Harness;

/// <summary>What trees with many children hand on is compressed in their histories, where no scan could see a secret.</summary>
internal static class Compressed
{
    /// <summary>The content of a history's compressed headers.</summary>
    public static IEnumerable<byte[]> In(WorkflowHistory history) => history.Events
        .SelectMany(e => (Header?[])[e.WorkflowExecutionStartedEventAttributes?.Header, e.WorkflowExecutionContinuedAsNewEventAttributes?.Header, e.StartChildWorkflowExecutionInitiatedEventAttributes?.Header])
        .SelectMany(h => h?.Fields.Values ?? [])
        .Select(p => (Payload: p, Encoding: p.Metadata.TryGetValue("encoding", out var encoding) ? encoding.ToStringUtf8() : ""))
        .Where(p => p.Encoding is "json/brotli" or TreePayload.WithChildren)
        .Select(p => p.Encoding == TreePayload.WithChildren ? Snapshot(p.Payload) : Inflate(p.Payload));

    private static byte[] Snapshot(Payload payload)
    {
        var tree = TreePayload.ReadHandedOn(new Dictionary<string, Payload> { [StatefulNames.TreeHeader] = payload })!;
        return JsonSerializer.SerializeToUtf8Bytes(new { tree, tree.Children });
    }

    private static byte[] Inflate(Payload payload)
    {
        using var inflated = new MemoryStream();
        using var brotli = new BrotliStream(new MemoryStream(payload.Data.ToByteArray()), CompressionMode.Decompress);
        brotli.CopyTo(inflated);
        return inflated.ToArray();
    }
}
