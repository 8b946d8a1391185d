using Google.Protobuf;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Failure.V1;
using Mandate.Protocol.Conversion;
using Mandate.Protocol.Failures;

namespace Mandate.Protocol.Tests.Failures;

public sealed class DefaultFailureConverterTests
{
    private readonly DefaultPayloadConverter _payloads = new();
    private readonly DefaultFailureConverter _converter = new();
    private readonly DefaultFailureConverter _encoding = new(new() { EncodeCommonAttributes = true });

    [Fact]
    public void ToFailure_ApplicationFailure_CarriesEverything()
    {
        var failure = _converter.ToFailure(
            new ApplicationFailureException("m", "Kind", nonRetryable: true, details: [1, "two"], nextRetryDelay: TimeSpan.FromSeconds(3), category: ApplicationErrorCategory.Benign),
            _payloads);

        failure.Message.ShouldBe("m");
        failure.Source.ShouldNotBeEmpty();
        failure.ApplicationFailureInfo.Type.ShouldBe("Kind");
        failure.ApplicationFailureInfo.NonRetryable.ShouldBeTrue();
        failure.ApplicationFailureInfo.NextRetryDelay.ToTimeSpan().ShouldBe(TimeSpan.FromSeconds(3));
        failure.ApplicationFailureInfo.Category.ShouldBe(ApplicationErrorCategory.Benign);
        var again = _converter.ToException(failure, _payloads).ShouldBeOfType<ApplicationFailureException>();
        again.ErrorType.ShouldBe("Kind");
        again.NonRetryable.ShouldBeTrue();
        again.NextRetryDelay.ShouldBe(TimeSpan.FromSeconds(3));
        again.Category.ShouldBe(ApplicationErrorCategory.Benign);
        again.Details.Count.ShouldBe(2);
        again.Details.ElementAt<int>(0).ShouldBe(1);
        again.Details.ElementAt<string>(1).ShouldBe("two");
        Should.Throw<ArgumentOutOfRangeException>(() => again.Details.ElementAt<int>(2));
    }

    [Fact]
    public void ToFailure_OtherExceptionWithCause_BecomesApplicationFailureOfItsClass()
    {
        Exception thrown;
        try
        {
            throw new InvalidOperationException("outer", new FormatException("inner"));
        }
        catch (InvalidOperationException e)
        {
            thrown = e;
        }

        var failure = _converter.ToFailure(thrown, _payloads);

        failure.ApplicationFailureInfo.Type.ShouldBe("InvalidOperationException");
        failure.ApplicationFailureInfo.NonRetryable.ShouldBeFalse();
        failure.StackTrace.ShouldContain(nameof(ToFailure_OtherExceptionWithCause_BecomesApplicationFailureOfItsClass));
        failure.Cause.ApplicationFailureInfo.Type.ShouldBe("FormatException");
        var again = _converter.ToException(failure, _payloads).ShouldBeOfType<ApplicationFailureException>();
        again.FailureStackTrace.ShouldBe(failure.StackTrace);
        again.StackTrace.ShouldBe(failure.StackTrace);
        again.InnerException.ShouldBeOfType<ApplicationFailureException>().Message.ShouldBe("inner");
    }

    public static TheoryData<Exception> Created() =>
    [
        new CanceledFailureException("c", details: [7]),
        new TimeoutFailureException("t", TimeoutType.Heartbeat, lastHeartbeatDetails: ["beat"]),
        new TerminatedFailureException("x", identity: "me"),
        new ServerFailureException("s", nonRetryable: true),
        new ApplicationFailureException("a"),
    ];

    [Theory]
    [MemberData(nameof(Created))]
    public void ToException_CreatedHere_RoundTripsToTheSameFailure(Exception created)
    {
        var failure = _converter.ToFailure(created, _payloads);

        var again = _converter.ToException(failure, _payloads);

        again.ShouldBeOfType(created.GetType());
        again.Message.ShouldBe(created.Message);
        _converter.ToFailure(again, _payloads).ShouldBe(failure);
    }

    [Fact]
    public void ToException_EachInfo_ReadsItsFields()
    {
        var activity = Read<ActivityFailureException>(new Failure
        {
            ActivityFailureInfo = new() { ActivityType = new() { Name = "A" }, ActivityId = "1", Identity = "w", RetryState = RetryState.MaximumAttemptsReached },
        });
        (activity.ActivityType, activity.ActivityId, activity.Identity, activity.RetryState).ShouldBe(("A", "1", "w", RetryState.MaximumAttemptsReached));

        var child = Read<ChildWorkflowFailureException>(new Failure
        {
            ChildWorkflowExecutionFailureInfo = new()
            {
                Namespace = "n", WorkflowExecution = new() { WorkflowId = "w", RunId = "r" }, WorkflowType = new() { Name = "T" }, RetryState = RetryState.Timeout,
            },
        });
        (child.Namespace, child.WorkflowId, child.RunId, child.WorkflowType, child.RetryState).ShouldBe(("n", "w", "r", "T", RetryState.Timeout));

        var timeout = Read<TimeoutFailureException>(new Failure { TimeoutFailureInfo = new() { TimeoutType = TimeoutType.ScheduleToStart } });
        timeout.TimeoutType.ShouldBe(TimeoutType.ScheduleToStart);
        timeout.LastHeartbeatDetails.Count.ShouldBe(0);

        Read<TerminatedFailureException>(new Failure { TerminatedFailureInfo = new() { Identity = "i" } }).Identity.ShouldBe("i");
        Read<ServerFailureException>(new Failure { ServerFailureInfo = new() { NonRetryable = true } }).NonRetryable.ShouldBeTrue();
        Read<CanceledFailureException>(new Failure { CanceledFailureInfo = new() { Details = _payloads.ToPayloads([5]) } }).Details.ElementAt<int>(0).ShouldBe(5);
    }

    public static TheoryData<Failure.FailureInfoOneofCase> Kinds() => [.. Enum.GetValues<Failure.FailureInfoOneofCase>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ToFailure_ReceivedOfEveryKind_IsSentOnUnchanged(Failure.FailureInfoOneofCase kind)
    {
        var failure = new Failure { Message = "m", Source = "TypeScriptSDK", StackTrace = "at there", Cause = new Failure { Message = "cause" } };
        if (kind != Failure.FailureInfoOneofCase.None)
        {
            var field = Failure.Descriptor.FindFieldByNumber((int)kind);
            field.Accessor.SetValue(failure, Activator.CreateInstance(field.MessageType.ClrType));
        }

        var exception = _converter.ToException(failure, _payloads).ShouldBeAssignableTo<FailureException>()!;

        exception.Message.ShouldBe("m");
        exception.FailureStackTrace.ShouldBe("at there");
        exception.InnerException!.Message.ShouldBe("cause");
        exception.Failure.ShouldBeSameAs(failure);
        _converter.ToFailure(exception, _payloads).ShouldBe(failure);
    }

    [Fact]
    public void ToFailure_EncodeCommonAttributes_HidesMessageAndTraceOfEachCause()
    {
        var failure = _encoding.ToFailure(new ApplicationFailureException("secret", new InvalidOperationException("secret cause")), _payloads);

        failure.Message.ShouldBe("Encoded failure");
        failure.Cause.Message.ShouldBe("Encoded failure");
        failure.StackTrace.ShouldBeEmpty();
        failure.EncodedAttributes.Data.ToStringUtf8().ShouldBe("""{"message":"secret","stack_trace":""}""");
        var again = _converter.ToException(failure, _payloads);
        again.Message.ShouldBe("secret");
        again.InnerException!.Message.ShouldBe("secret cause");
        failure.Message.ShouldBe("Encoded failure");
    }

    [Fact]
    public void ToFailure_ReceivedInTheClear_IsEncodedWithItsCauses()
    {
        var received = _converter.ToException(new Failure { Message = "secret", Cause = new Failure { Message = "secret cause" } }, _payloads);

        var failure = _encoding.ToFailure(received, _payloads);

        failure.Message.ShouldBe("Encoded failure");
        failure.Cause.Message.ShouldBe("Encoded failure");
        _converter.ToException(failure, _payloads).InnerException!.Message.ShouldBe("secret cause");
    }

    [Theory]
    [InlineData("json/plain", "[]")]
    [InlineData("json/plain", """{"message":1}""")]
    [InlineData("json/plain", "broken")]
    [InlineData("binary/encrypted", "?")]
    [InlineData("binary/plain", "?")]
    [InlineData("binary/null", "")]
    public void ToException_UnreadableAttributes_KeepsThePlainMessage(string encoding, string data)
    {
        var failure = new Failure
        {
            Message = "Encoded failure",
            EncodedAttributes = new Payload { Metadata = { ["encoding"] = ByteString.CopyFromUtf8(encoding) }, Data = ByteString.CopyFromUtf8(data) },
        };

        _converter.ToException(failure, _payloads).Message.ShouldBe("Encoded failure");
    }

    [Fact]
    public void IsCanceledException_EachForm_IsRecognised()
    {
        TemporalException.IsCanceledException(new OperationCanceledException()).ShouldBeTrue();
        TemporalException.IsCanceledException(new CanceledFailureException("c")).ShouldBeTrue();
        TemporalException.IsCanceledException(_converter.ToException(
            new Failure { ActivityFailureInfo = new(), Cause = new Failure { CanceledFailureInfo = new() } }, _payloads)).ShouldBeTrue();
        TemporalException.IsCanceledException(_converter.ToException(
            new Failure { ActivityFailureInfo = new(), Cause = new Failure { ApplicationFailureInfo = new() } }, _payloads)).ShouldBeFalse();
        TemporalException.IsCanceledException(new InvalidOperationException()).ShouldBeFalse();
    }

    private T Read<T>(Failure failure)
        where T : FailureException => _converter.ToException(failure, _payloads).ShouldBeOfType<T>();
}
