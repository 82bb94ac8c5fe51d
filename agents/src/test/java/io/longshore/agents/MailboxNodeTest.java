package io.longshore.agents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MailboxNodeTest {
  @Test
  void when_a_message_looks_for_a_shard_then_it_is_the_one_where_pekko_has_the_mailbox() {
    for (int shards : new int[] {1, 7, 128}) {
      MailboxNode.Extractor pekko = new MailboxNode.Extractor(shards);
      for (int i = 0; i < 10_000; i++) {
        String id = "agent-" + i;
        assertEquals(pekko.shardId(id), Integer.toString(MailboxNode.shardOf(id, shards)), id);
      }
    }
  }

  @Test
  void when_an_ids_hash_code_has_no_absolute_value_then_there_is_a_lane_for_it_all_the_same() {
    String id = "polygenelubricants";
    assertEquals(Integer.MIN_VALUE, id.hashCode());
    int shard = MailboxNode.shardOf(id, 100);
    assertTrue(shard >= 0 && shard < 100, "shard " + shard);
  }
}
