using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Failure.V1;
using Mandate.Protocol.Failures;

namespace Mandate.Protocol.Conversion;

/// <summary>Converts failures the way the official SDKs do, so that a failure crosses languages with its type, details, causes and stack traces.</summary>
/// <remarks>
/// An exception that is no <see cref="FailureException"/> becomes an application failure whose type is the exception's class name.
/// One that came from the service is sent on exactly as it was received.
/// </remarks>
public sealed class DefaultFailureConverter : IFailureConverter
{
    private const string Source = "MandateSDK";
    private const string EncodedMessage = "Encoded failure";

    /// <summary>Creates the converter.</summary>
    /// <param name="options">Null for the defaults.</param>
    public DefaultFailureConverter(DefaultFailureConverterOptions? options = null) => Options = options ?? new();

    /// <summary>How failures are written.</summary>
    public DefaultFailureConverterOptions Options { get; }

    /// <inheritdoc/>
    public Failure ToFailure(Exception exception, IPayloadConverter payloadConverter)
    {
        if (exception is FailureException { Failure: { } received })
            return Encode(received.Clone(), payloadConverter, andCauses: true);
        var failure = new Failure
        {
            Message = exception.Message,
            Source = Source,
            StackTrace = exception.StackTrace ?? string.Empty,
            Cause = exception.InnerException is { } inner ? ToFailure(inner, payloadConverter) : null,
        };
        WriteInfo(failure, exception, payloadConverter);
        return Encode(failure, payloadConverter, andCauses: false);
    }

    /// <inheritdoc/>
    public Exception ToException(Failure failure, IPayloadConverter payloadConverter)
    {
        var cause = failure.Cause is { } inner ? ToException(inner, payloadConverter) : null;
        var readable = Decode(failure, payloadConverter);
        return failure.FailureInfoCase switch
        {
            Failure.FailureInfoOneofCase.ApplicationFailureInfo => new ApplicationFailureException(readable, cause, payloadConverter),
            Failure.FailureInfoOneofCase.TimeoutFailureInfo => new TimeoutFailureException(readable, cause, payloadConverter),
            Failure.FailureInfoOneofCase.CanceledFailureInfo => new CanceledFailureException(readable, cause, payloadConverter),
            Failure.FailureInfoOneofCase.TerminatedFailureInfo => new TerminatedFailureException(readable, cause),
            Failure.FailureInfoOneofCase.ServerFailureInfo => new ServerFailureException(readable, cause),
            Failure.FailureInfoOneofCase.ActivityFailureInfo => new ActivityFailureException(readable, cause),
            Failure.FailureInfoOneofCase.ChildWorkflowExecutionFailureInfo => new ChildWorkflowFailureException(readable, cause),

            // Reset and Nexus failures have no class of their own; the failure itself stays readable on the exception.
            _ => new FailureException(readable, cause),
        };
    }

    private static void WriteInfo(Failure failure, Exception exception, IPayloadConverter converter)
    {
        switch (exception)
        {
            case ApplicationFailureException e:
                failure.ApplicationFailureInfo = new ApplicationFailureInfo
                {
                    Type = e.ErrorType ?? string.Empty,
                    NonRetryable = e.NonRetryable,
                    Details = e.Details.ToPayloads(converter),
                    NextRetryDelay = e.NextRetryDelay is { } delay ? Duration.FromTimeSpan(delay) : null,
                    Category = e.Category,
                };
                break;
            case CanceledFailureException e:
                failure.CanceledFailureInfo = new CanceledFailureInfo { Details = e.Details.ToPayloads(converter) };
                break;
            case TimeoutFailureException e:
                failure.TimeoutFailureInfo = new TimeoutFailureInfo { TimeoutType = e.TimeoutType, LastHeartbeatDetails = e.LastHeartbeatDetails.ToPayloads(converter) };
                break;
            case TerminatedFailureException e:
                failure.TerminatedFailureInfo = new TerminatedFailureInfo { Identity = e.Identity ?? string.Empty };
                break;
            case ServerFailureException e:
                failure.ServerFailureInfo = new ServerFailureInfo { NonRetryable = e.NonRetryable };
                break;
            default:
                failure.ApplicationFailureInfo = new ApplicationFailureInfo { Type = exception.GetType().Name };
                break;
        }
    }

    private Failure Encode(Failure failure, IPayloadConverter converter, bool andCauses)
    {
        if (!Options.EncodeCommonAttributes)
            return failure;
        for (var at = failure; at is not null; at = andCauses ? at.Cause : null)
        {
            if (at.EncodedAttributes is not null)
                continue;
            at.EncodedAttributes = converter.ToPayload(new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["message"] = at.Message,
                ["stack_trace"] = at.StackTrace,
            });
            at.Message = EncodedMessage;
            at.StackTrace = string.Empty;
        }

        return failure;
    }

    /// <summary>The failure beside the message and stack trace to show, which its <c>encoded_attributes</c> may hold.</summary>
    private static ReceivedFailure Decode(Failure failure, IPayloadConverter converter)
    {
        var attributes = failure.EncodedAttributes is { } encoded ? TryReadAttributes(encoded, converter) : null;
        return new ReceivedFailure(failure, Text(attributes, "message") ?? failure.Message, Text(attributes, "stack_trace") ?? failure.StackTrace);
    }

    // Attributes that cannot be read, say without the codec that encrypted them, must not hide the failure itself.
    private static JsonElement? TryReadAttributes(Payload encoded, IPayloadConverter converter)
    {
        try
        {
            return converter.ToValue<JsonElement>(encoded);
        }
        catch (Exception e) when (e is PayloadConversionException or JsonException or InvalidCastException or ArgumentException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement? attributes, string name) =>
        attributes is { ValueKind: JsonValueKind.Object } o && o.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()
            : null;
}
