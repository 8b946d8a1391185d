using Mandate.Protocol.Conversion;
using Mandate.Temporal.Common;
using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

[Workflow("upserts")]
public sealed class UpsertsWorkflow
{
    private static readonly SearchAttributeKey<string> Tenant = SearchAttributeKey.CreateKeyword("MandateTenant");
    private static readonly SearchAttributeKey<long> Amount = SearchAttributeKey.CreateLong("MandateAmount");

    [WorkflowRun]
    public async Task<object> RunAsync()
    {
        Workflow.UpsertTypedSearchAttributes(Tenant.ValueSet("acme"), Amount.ValueSet(7));
        Workflow.UpsertMemo(MemoUpdate.ValueSet("note", "from inside"), MemoUpdate.ValueUnset("gone"));
        await Workflow.DelayAsync(1);
        return new
        {
            memo = Workflow.Memo.ToDictionary(m => m.Key, m => Workflow.PayloadConverter.ToValue<string>(m.Value.Payload)),
            tenant = Workflow.TypedSearchAttributes.Get(Tenant), amount = Workflow.TypedSearchAttributes.Get(Amount),
        };
    }
}
