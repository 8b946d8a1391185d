using Google.Protobuf;
using Mandate.Interop.Tests.Harness;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Failure.V1;
using Mandate.Protocol.Conversion;
using Mandate.Protocol.Failures;

namespace Mandate.Interop.Tests.Conversion;

/// <summary>Failures of the TypeScript SDK's converter read here, and ours read there.</summary>
[Collection(TypeScriptCollection.Name)]
public sealed class FailureWireTests(TypeScriptDriver typeScript)
{
    private static readonly IPayloadConverter Payloads = DataConverter.Default.PayloadConverter;
    private static readonly IFailureConverter Failures = DataConverter.Default.FailureConverter;

    [Fact]
    public async Task ToException_PlainErrorOfTypeScript_IsApplicationFailureWithCauseAndTrace()
    {
        var exception = await WrittenByTypeScriptAsync<ApplicationFailureException>("plain");

        (exception.Message, exception.ErrorType).ShouldBe(("plain", "TypeError"));
        exception.FailureStackTrace!.ShouldContain("converter.js");
        exception.InnerException.ShouldBeOfType<FailureException>().Message.ShouldBe("cause");
    }

    [Fact]
    public async Task ToException_ApplicationFailureOfTypeScript_HasEveryField()
    {
        var exception = await WrittenByTypeScriptAsync<ApplicationFailureException>("application");

        (exception.Message, exception.ErrorType, exception.NonRetryable, exception.NextRetryDelay).ShouldBe(("application", "Kind", true, TimeSpan.FromSeconds(3)));
        (exception.Details.ElementAt<int>(0), exception.Details.ElementAt<string>(1)).ShouldBe((1, "two"));
    }

    [Fact]
    public async Task ToException_OtherFailuresOfTypeScript_HaveTheirClass()
    {
        (await WrittenByTypeScriptAsync<CanceledFailureException>("cancelled")).Details.ElementAt<string>(0).ShouldBe("detail");
        var timeout = await WrittenByTypeScriptAsync<TimeoutFailureException>("timeout");
        (timeout.TimeoutType, timeout.LastHeartbeatDetails.ElementAt<string>(0)).ShouldBe((TimeoutType.Heartbeat, "beat"));
        (await WrittenByTypeScriptAsync<TerminatedFailureException>("terminated")).Message.ShouldBe("terminated");
        (await WrittenByTypeScriptAsync<ServerFailureException>("server")).NonRetryable.ShouldBeTrue();
        var activity = await WrittenByTypeScriptAsync<ActivityFailureException>("activity");
        (activity.ActivityType, activity.ActivityId, activity.RetryState, activity.Identity).ShouldBe(("sayHello", "7", RetryState.MaximumAttemptsReached, "worker"));
        activity.InnerException!.Message.ShouldBe("inner");
    }

    [Fact]
    public async Task ToException_EncodedAttributesOfTypeScript_AreRead()
    {
        var failure = await FailureOfTypeScriptAsync("application", new { encodeCommonAttributes = true });
        failure.Message.ShouldBe("Encoded failure");

        var exception = Failures.ToException(failure, Payloads);

        exception.Message.ShouldBe("application");
        exception.InnerException!.Message.ShouldBe("cause");
    }

    [Fact]
    public async Task ToFailure_ApplicationFailureReadByTypeScript_HasEveryField()
    {
        var error = await ReadByTypeScriptAsync(new ApplicationFailureException("ours", new InvalidOperationException("cause"), "Kind", nonRetryable: true, details: [1]), Failures);

        (error.Name, error.Message, error.Type, error.NonRetryable).ShouldBe(("ApplicationFailure", "ours", "Kind", true));
        (error.Cause!.Name, error.Cause.Message, error.Cause.Type).ShouldBe(("ApplicationFailure", "cause", "InvalidOperationException"));
    }

    [Fact]
    public async Task ToFailure_OtherFailuresReadByTypeScript_HaveTheirClass()
    {
        (await ReadByTypeScriptAsync(new CanceledFailureException("c"), Failures)).Name.ShouldBe("CancelledFailure");
        (await ReadByTypeScriptAsync(new TimeoutFailureException("t", TimeoutType.StartToClose), Failures)).TimeoutType.ShouldBe("START_TO_CLOSE");
        (await ReadByTypeScriptAsync(new TerminatedFailureException("x"), Failures)).Name.ShouldBe("TerminatedFailure");
        (await ReadByTypeScriptAsync(new ServerFailureException("s", nonRetryable: true), Failures)).NonRetryable.ShouldBe(true);
    }

    [Fact]
    public async Task ToFailure_EncodedAttributesReadByTypeScript_AreRead()
    {
        var error = await ReadByTypeScriptAsync(
            new ApplicationFailureException("ours", new InvalidOperationException("cause")), new DefaultFailureConverter(new() { EncodeCommonAttributes = true }));

        (error.Message, error.Cause!.Message).ShouldBe(("ours", "cause"));
    }

    private async Task<T> WrittenByTypeScriptAsync<T>(string kind)
        where T : FailureException => Failures.ToException(await FailureOfTypeScriptAsync(kind, new { }), Payloads).ShouldBeOfType<T>();

    private async Task<Failure> FailureOfTypeScriptAsync(string kind, object options) =>
        Failure.Parser.ParseFrom(Convert.FromBase64String(await typeScript.CallAsync<string>("writeFailure", new { kind, options })));

    private Task<SdkError> ReadByTypeScriptAsync(Exception exception, IFailureConverter converter) =>
        typeScript.CallAsync<SdkError>("readFailure", new { failure = converter.ToFailure(exception, Payloads).ToByteString().ToBase64() });
}
