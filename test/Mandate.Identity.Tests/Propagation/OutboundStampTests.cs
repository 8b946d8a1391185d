using Mandate.Identity.Propagation;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Failures;
using Mandate.Temporal.Interceptors;
using Mandate.Temporal.Workflows;

namespace Mandate.Identity.Tests.Propagation;

/// <summary>Everything that leaves a workflow with headers, at the border to the SDK.</summary>
public sealed class OutboundStampTests
{
    private static readonly Payload Own = HeaderPayload.Write("own");
    private static readonly Dictionary<string, Payload> Sent = new()
    {
        [IdentityHeaders.Principal] = HeaderPayload.Write("forged"),
        [IdentityHeaders.Actor] = HeaderPayload.Write("forged"),
        ["other"] = HeaderPayload.Write("kept"),
    };

    public static TheoryData<string> Crossings() => new("activity", "local activity", "child", "signal to a child", "signal to another workflow", "continue as new");

    [Theory]
    [MemberData(nameof(Crossings))]
    public async Task Crossing_WithHeadersOfItsOwn_CarriesTheRunsEnvelopeAndKeepsOthers(string crossing)
    {
        var headers = await CrossAsync(crossing, new RunIdentity(PrincipalVerdict.Accept(EnvelopeFixture.Alice), Own), Sent);

        headers.ShouldNotBeNull();
        headers[IdentityHeaders.Principal].ShouldBe(Own);
        headers.ShouldNotContainKey(IdentityHeaders.Actor);
        headers["other"].ShouldBe(Sent["other"]);
        Sent[IdentityHeaders.Principal].ShouldNotBe(Own, "what the caller passed is not changed");
    }

    [Theory]
    [MemberData(nameof(Crossings))]
    public async Task Crossing_OfTheSystemPrincipal_CarriesNoEnvelope(string crossing)
    {
        var headers = await CrossAsync(crossing, new RunIdentity(PrincipalVerdict.Accept(new("system", "operations")), Envelope: null), Sent);

        headers.ShouldNotBeNull();
        headers.ShouldNotContainKey(IdentityHeaders.Principal);
    }

    [Theory]
    [MemberData(nameof(Crossings))]
    public async Task Crossing_OfARefusedRun_IsRefused(string crossing) =>
        await Should.ThrowAsync<ApplicationFailureException>(() => CrossAsync(crossing, new RunIdentity(PrincipalVerdict.Refuse(PrincipalRefusal.BadSignature), Envelope: null), headers: null));

    private static async Task<IDictionary<string, Payload>?> CrossAsync(string crossing, RunIdentity run, IReadOnlyDictionary<string, Payload>? headers)
    {
        var wire = new Wire();
        var outbound = new IdentityWorkflowOutbound(wire, run);
        await (crossing switch
        {
            "activity" => outbound.ScheduleActivityAsync<int>(new("A", [], new(), headers)),
            "local activity" => outbound.ScheduleLocalActivityAsync<int>(new("A", [], new(), headers)),
            "child" => outbound.StartChildWorkflowAsync<object, int>(new("W", [], new(), headers)),
            "signal to a child" => outbound.SignalChildWorkflowAsync(new("id", "S", [], null, headers)),
            "signal to another workflow" => outbound.SignalExternalWorkflowAsync(new("id", null, "S", [], null, headers)),
            "continue as new" => Task.FromResult(outbound.CreateContinueAsNewException(new("W", [], null, headers))),
            _ => throw new InvalidOperationException(crossing),
        });
        return wire.Headers?.ToDictionary();
    }

    /// <summary>Keeps the headers that arrive.</summary>
    private sealed class Wire() : WorkflowOutboundInterceptor(null!)
    {
        public IReadOnlyDictionary<string, Payload>? Headers { get; private set; }

        public override Task<TResult> ScheduleActivityAsync<TResult>(ScheduleActivityInput input) => Keep<TResult>(input.Headers);

        public override Task<TResult> ScheduleLocalActivityAsync<TResult>(ScheduleLocalActivityInput input) => Keep<TResult>(input.Headers);

        public override Task<ChildWorkflowHandle<TWorkflow, TResult>> StartChildWorkflowAsync<TWorkflow, TResult>(StartChildWorkflowInput input) =>
            Keep<ChildWorkflowHandle<TWorkflow, TResult>>(input.Headers);

        public override Task SignalChildWorkflowAsync(SignalChildWorkflowInput input) => Keep<int>(input.Headers);

        public override Task SignalExternalWorkflowAsync(SignalExternalWorkflowInput input) => Keep<int>(input.Headers);

        public override ContinueAsNewException CreateContinueAsNewException(CreateContinueAsNewExceptionInput input)
        {
            Headers = input.Headers;
            return null!;
        }

        private Task<T> Keep<T>(IReadOnlyDictionary<string, Payload>? headers)
        {
            Headers = headers;
            return Task.FromResult<T>(default!);
        }
    }
}
