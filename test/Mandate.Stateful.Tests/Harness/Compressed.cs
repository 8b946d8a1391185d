using System.IO.Compression;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Temporal.Common;

namespace Mandate.Stateful.Tests.Harness;

/// <summary>What trees with many children hand on is compressed in their histories, where no scan could see a secret.</summary>
internal static class Compressed
{
    /// <summary>The content of a history's compressed headers.</summary>
    public static IEnumerable<byte[]> In(WorkflowHistory history) => history.Events
        .SelectMany(e => (Header?[])[e.WorkflowExecutionStartedEventAttributes?.Header, e.WorkflowExecutionContinuedAsNewEventAttributes?.Header, e.StartChildWorkflowExecutionInitiatedEventAttributes?.Header])
        .SelectMany(h => h?.Fields.Values ?? [])
        .Where(p => p.Metadata.TryGetValue("encoding", out var encoding) && encoding.ToStringUtf8() == "json/brotli")
        .Select(Inflate);

    private static byte[] Inflate(Payload payload)
    {
        using var inflated = new MemoryStream();
        using var brotli = new BrotliStream(new MemoryStream(payload.Data.ToByteArray()), CompressionMode.Decompress);
        brotli.CopyTo(inflated);
        return inflated.ToArray();
    }
}
