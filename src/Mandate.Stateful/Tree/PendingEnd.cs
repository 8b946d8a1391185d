using Google.Protobuf;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Failure.V1;
using Mandate.Protocol.Conversion;
using Mandate.Protocol.Failures;
using Mandate.Temporal.Workflows;

namespace Mandate.Stateful.Tree;

/// <summary>
/// How a workflow ends that has more to tell its children than one history holds: its run method is through, and a run that continues it does the rest. The header says how it ended, since that is the workflow's own
/// word; what it returned or failed with is an argument, since that is for the codec to seal.
/// </summary>
/// <param name="Kind">How.</param>
/// <param name="Content">What it returned, or the failure; null where it was cancelled.</param>
internal sealed record PendingEnd(EndKind Kind, Payload? Content)
{
    private const string EncodingKey = "encoding";
    private static readonly ByteString FailureEncoding = ByteString.CopyFromUtf8("binary/mandate-failure");

    /// <summary>A result may look like an argument with a token in clear, which the pipeline would take out: so it goes along wrapped.</summary>
    private static readonly ByteString ResultEncoding = ByteString.CopyFromUtf8("binary/mandate-result");

    public static PendingEnd Of(object? result, Exception? failure) => failure switch
    {
        null => new(EndKind.Returned, Wrapped(ResultEncoding, Workflow.PayloadConverter.ToPayload(result))),
        _ when Workflow.CancellationToken.IsCancellationRequested && TemporalException.IsCanceledException(failure) => new(EndKind.Canceled, Content: null),
        _ => new(EndKind.Failed, Wrapped(FailureEncoding, Workflow.ToFailure(failure))),
    };

    /// <summary>What the run before has handed on; null where the run method is not through.</summary>
    /// <exception cref="InvalidOperationException">What it returned is missing. To end with something else would be wrong; the workflow task fails instead, and the run waits.</exception>
    public static PendingEnd? Of(EndKind kind, IReadOnlyList<Payload> arguments) => kind switch
    {
        EndKind.None => null,
        EndKind.Canceled => new(kind, Content: null),
        _ => new(kind, OwnArgument.Find(arguments, OwnArgument.End) ?? throw new InvalidOperationException("What the workflow ends with is not among the arguments of the run that is to end it.")),
    };

    /// <summary>Ends as the run method did.</summary>
    /// <returns>What it returned.</returns>
    public async Task<object?> EndAsync()
    {
        if (Kind is EndKind.Returned)
            return new RawPayload(Payload.Parser.ParseFrom(Content!.Data));
        if (Kind is EndKind.Failed)
            throw Workflow.ToException(Failure.Parser.ParseFrom(Content!.Data));
        // The server was asked to cancel the run before, and does not know that this one is meant as well.
        Workflow.Unsafe.CancelRun();
        await Workflow.WaitConditionAsync(() => Workflow.CancellationToken.IsCancellationRequested, CancellationToken.None).ConfigureAwait(true);
        throw new CanceledFailureException("Workflow cancelled");
    }

    private static Payload Wrapped(ByteString encoding, IMessage content) => new() { Metadata = { [EncodingKey] = encoding }, Data = content.ToByteString() };
}
